/** The site: one element that fills the window. */
import { register } from './register';

register();
