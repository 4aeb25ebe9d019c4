/** All styles of the element. */
import { unsafeCSS } from 'lit';
import uplot from 'uplot/dist/uPlot.min.css?inline';
import controls from './controls.css?inline';
import depth from './depth.css?inline';
import frame from './frame.css?inline';
import gallery from './gallery.css?inline';
import lens from './lens.css?inline';
import micro from './micro.css?inline';
import narrow from './narrow.css?inline';
import outputLab from './output-lab.css?inline';
import panels from './panels.css?inline';
import parts from './parts.css?inline';
import popups from './popups.css?inline';
import race from './race.css?inline';
import tokens from './tokens.css?inline';

export const styles = [
  tokens,
  uplot,
  frame,
  parts,
  panels,
  controls,
  popups,
  lens,
  gallery,
  race,
  depth,
  micro,
  outputLab,
  narrow,
].map((text) => unsafeCSS(text));
