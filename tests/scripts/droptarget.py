#!/usr/bin/python3
"""droptarget.py: a small window in the corner that tells which files are dropped on it."""
import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402


def tell(word):
    print(word, flush=True)


window = Gtk.Window(type=Gtk.WindowType.POPUP)
window.set_default_size(60, 60)
window.move(0, 0)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drop"))
window.add(box)
target = Gtk.TargetEntry.new("text/uri-list", 0, 0)
box.drag_dest_set(Gtk.DestDefaults.ALL, [target], Gdk.DragAction.COPY)
box.connect("drag-data-received", lambda _w, _c, _x, _y, selection, _i, _t: tell(" ".join(selection.get_uris())))
window.show_all()
tell("ready")
Gtk.main()
