"""What an office decides and does: target lists, projects, users, audit."""
