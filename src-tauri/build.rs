//! Tauri's resources. The page is built by Vite before; a check without it still finds the folder.

fn main() {
    std::fs::create_dir_all("../ui/dist").expect("the page's folder can be made");
    println!("cargo:rerun-if-changed=../ui/dist");
    tauri_build::build();
}
