//! Tauri's resources. The page is built by Vite before; a check without it still finds the folder.
fn main() {
    std::fs::create_dir_all("../ui/dist").expect("the page's folder can be made");
    println!("cargo:rerun-if-changed=../ui/dist");
    // The linker lends the libraries within us to those of the system: WebKit would read its JPEGs by ours.
    #[cfg(target_os = "linux")]
    println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    tauri_build::build();
}
