#!/usr/bin/python3
"""dragsource.py FILE...: a small window in the corner that offers the files to be dragged out of it."""
import pathlib
import sys

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
box.add(Gtk.Label(label="drag"))
window.add(box)
target = Gtk.TargetEntry.new("text/uri-list", 0, 0)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [target], Gdk.DragAction.COPY)
uris = [pathlib.Path(file).absolute().as_uri() for file in sys.argv[1:]]
box.connect("drag-data-get", lambda _w, _c, selection, _i, _t: selection.set_uris(uris))
box.connect("drag-end", lambda *_: tell("drag-end"))
window.show_all()
tell("ready")
Gtk.main()
