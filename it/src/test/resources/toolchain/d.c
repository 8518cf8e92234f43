int deep(int n) { return n + 1; }
