#!/bin/busybox sh
# Jupyter Server as an image of the Jupyter Docker Stacks starts it: as jovyan, from the home folder, on port 8888, with the token of the
# environment. JupyterLab's pages are not in it.
set -eu
cd /home/jovyan
exec python3 -m jupyter_server --ip=0.0.0.0 --port=8888 --no-browser
