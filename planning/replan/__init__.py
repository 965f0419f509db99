"""A month planned again from a moment on: as little of what was announced changes as pays."""
