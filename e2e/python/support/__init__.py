"""Runs the built connector and the mock API, and reads the API without the connector."""
