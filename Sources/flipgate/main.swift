// The executable.

print("flipgate")
