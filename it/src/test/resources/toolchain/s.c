int deep(int);
int shared(int n) { return deep(n) * 2; }
