"""One webhook, received on this computer."""

import http.server
import queue
import threading


class Hooks:
    """Listens on a free port for as long as it is open."""

    def __enter__(self):
        came = self.came = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                came.put(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def wait(self):
        """Headers and body of the first delivery."""
        return self.came.get(timeout=60)

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
