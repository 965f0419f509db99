"""Answers to a planner's questions, as rows and sentences."""
