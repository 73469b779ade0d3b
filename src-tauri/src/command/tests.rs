use super::*;

#[test]
fn only_https_is_opened() {
    assert_eq!(
        web_page("https://example.com/docs").map(String::from),
        Some("https://example.com/docs".into())
    );
    for address in [
        "http://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ssh://host",
        "docs",
        "",
    ] {
        assert_eq!(web_page(address), None, "{address}");
    }
}
