"""Writes down which service owns which path: for people in docs/routes.md, for the deployed nginx in deploy/nginx/.

Run `python -m scripts.gateway` after a change of routes; a test holds the files and the services together.
"""
