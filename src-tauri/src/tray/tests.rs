#[test]
fn the_tray_counts() {
    assert_eq!([0, 1, 2].map(super::words), ["nothing rendering", "1 rendering", "2 rendering"]);
}
