"""What is asked: one module a task, with its styles and sizes."""
