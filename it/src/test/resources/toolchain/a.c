#include <stdio.h>
#include <stdlib.h>
#include <math.h>
int shared(int);
static int cmp(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
__thread int each = 3;
int main(int c, char **v) {
  int n[100];
  for (int i = 0; i < 100; i++)
    n[i] = (i * 7919) % 101;
  qsort(n, 100, sizeof *n, cmp);
  printf("%s %d %f %d\n", v[0], n[c], sqrt(c), shared(c) + each);
  return 0;
}
