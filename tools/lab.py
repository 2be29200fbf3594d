"""Serve a notebook in a real JupyterLab with settings of its own, for a browser."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Keeps all cells in the page.
SETTINGS = {"notebook-extension/tracker": {"windowingMode": "none"}}
RUN_ALL = """async () => {
  const app = window.jupyterapp, nap = (t) => new Promise((r) => setTimeout(r, t));
  await app.restored;
  let panel;
  while (!(panel = app.shell.currentWidget)?.content?.model) await nap(100);
  await panel.context.ready;
  const idle = async () => {
    while (panel.sessionContext.session?.kernel?.status !== "idle") await nap(100);
  };
  await panel.sessionContext.ready;
  await idle();
  await app.commands.execute("notebook:run-all-cells");
  await idle();
}"""


def new_notebook(sources):
    """Return a notebook object with one code cell for each source."""
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    return notebook


@contextlib.contextmanager
def serve(notebook, folder):
    """Serve a notebook object from an empty folder; yield its address in the lab."""
    for name, values in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    (folder / "work").mkdir()
    nbformat.write(notebook, folder / "work" / "explorers.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    private = {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
    }
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root"]
    options += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        cwd=folder / "work",
        env={**os.environ, **private},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=1).close()
            break
        except OSError:
            time.sleep(0.25)
    try:
        yield f"{address}/lab/tree/explorers.ipynb?reset"
    finally:
        server.terminate()
        server.wait(30)
