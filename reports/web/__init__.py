"""The investigators' desk (核查工作台): `certmark review`. FastAPI, Jinja and htmx; nothing is fetched from elsewhere."""
