//! Files, where tests run natively and where node runs them as WebAssembly (`cargo xtask test` does both).
//! A path starts at the root of the repository.

#[cfg(not(target_arch = "wasm32"))]
mod system {
    use std::path::PathBuf;

    fn at(path: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
    }

    /// A text file; panics where there is none.
    pub fn text(path: &str) -> String {
        std::fs::read_to_string(at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Names of what is in a folder, in their order.
    pub fn names(folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(at(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().expect("names are UTF-8")).collect();
        names.sort();
        names
    }
}

#[cfg(target_arch = "wasm32")]
mod system {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "node:fs")]
    extern "C" {
        #[wasm_bindgen(js_name = readFileSync)]
        fn read_file(path: &str, encoding: &str) -> String;
        #[wasm_bindgen(js_name = readdirSync)]
        fn read_folder(path: &str) -> Vec<String>;
    }

    /// A text file; throws where there is none.
    pub fn text(path: &str) -> String {
        // Here, as every golden test reads a file first: what fails is named instead of "unreachable".
        console_error_panic_hook::set_once();
        read_file(path, "utf8")
    }

    /// Names of what is in a folder, in their order.
    pub fn names(folder: &str) -> Vec<String> {
        let mut names = read_folder(folder);
        names.sort();
        names
    }
}

pub use system::{names, text};
