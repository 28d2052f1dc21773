"""The table of divisions (GB/T 2260), where it comes from and the script that made it."""
