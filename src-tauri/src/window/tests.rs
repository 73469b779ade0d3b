use super::*;

#[test]
fn the_window_stays_on_its_own_page() {
    let ours = |address: &str| is_our_page(&address.parse().expect("an address"));
    assert!(ours("tauri://localhost/"));
    assert!(ours("tauri://localhost/index.html#gallery"));
    for address in [
        "https://example.com/",
        "http://127.0.0.1:4000/",
        "tauri://elsewhere/",
        "file:///etc/passwd",
        "data:text/html,hello",
        "about:blank",
    ] {
        assert!(!ours(address), "{address}");
    }
}
