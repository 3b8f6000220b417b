"""What the tests stand on: the built connector, the mock API, and what that API tells without the connector."""
