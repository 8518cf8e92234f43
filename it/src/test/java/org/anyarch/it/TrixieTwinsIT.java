package org.anyarch.it;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Native twins of Debian 13: of its compilers, which are those of a cross compiler, of the
/// assembler, and of apt 3. What they make and say is to the byte what the emulated ones make and
/// say. Needs Debian's archive.
final class TrixieTwinsIT {
  private static final String C =
      """
      #include <stdio.h>
      #include <stdlib.h>
      #include <math.h>
      struct s { double d; long double l; int i : 7; };
      static int cmp(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
      int main(int c, char **v) {
        struct s x = { 1.5, 2.25L, c };
        int n[100];
        for (int i = 0; i < 100; i++)
          n[i] = (i * 7919) % 101;
        qsort(n, 100, sizeof *n, cmp);
        printf("%s %d %.20Lf %f %s %s\\n", v[0], n[c], x.l * 3.14159265358979323846L, sqrt(x.d), __FILE__, __VERSION__);
        return x.i - 1;
      }
      """;

  private static final String CXX =
      """
      #include <vector>
      #include <string>
      namespace { template <class T> struct Stack { std::vector<T> all; void push(T t) { all.push_back(t); } T top() const { return all.back(); } }; }
      struct Base { virtual ~Base() = default; virtual double area() const = 0; };
      struct Square : Base { double side; explicit Square(double s) : side(s) {} double area() const override { return side * side; } };
      double total(const std::vector<const Base *> &all) { double sum = 0; for (auto *one : all) sum += one->area(); return sum; }
      std::string name(int n) { Stack<std::string> s; s.push("x" + std::to_string(n)); try { if (n > 3) throw n; } catch (int i) { s.push("caught"); } return s.top(); }
      """;

  private static final String WRONG =
      """
      #include <stdio.h>
      int f(int *p) { char c[4]; int unused = "text"; printf("%s\\n", 3); return p[c[7]] + undeclared; }
      """;

  /// All that an image can keep of it lies in /out. What is random (names of temporary files, LTO's
  /// sections) is given or replaced.
  private static final String SCRIPT =
      """
      export LC_ALL=C.UTF-8
      mkdir /out; cd /src; exec > /out/said 2>&1
      for o in -O0 '-O2 -g' '-O3 -fPIC -ffast-math' '-Os -flto -frandom-seed=a' '-O2 -fsanitize=undefined -fstack-protector-strong' '-O1 -fverbose-asm -mcpu=neoverse-n1' '-O2 -std=gnu89 --coverage'; do
        echo "== $o"; gcc $o -Wall -Wextra -c a.c -o "/out/a$o.o"; gcc $o -S a.c -o "/out/a$o.s"
      done
      for o in -O0 '-O2 -g -std=c++20'; do echo "== $o"; g++ $o -Wall -c t.cc -o "/out/t$o.o"; done
      gcc -Wall -fanalyzer -c bad.c; echo $?; gcc -fdiagnostics-format=json -c bad.c; gcc -c nothing.c
      gcc -E -dM a.c > /out/macros; gcc -M a.c; gcc -MMD -MF /out/a.d -c a.c -o /out/d.o; gcc -H -include stdlib.h -c a.c -o /out/h.o
      g++ -x c++ -E -v /dev/null; gcc -v -c a.c -o /out/v.o 2>&1 | sed 's,/tmp/cc[^ .]*,TMP,g'; gcc -fplugin=/nowhere.so -c a.c
      echo 'int x;' | gcc -x c - -S -o -; CPATH=/src gcc -H -c a.c -o /out/cpath.o; GCC_EXEC_PREFIX=/nowhere/ gcc -c a.c
      gcc -fdump-tree-optimized=/out/tree -fdump-rtl-expand=/out/rtl -O2 -c a.c -o /out/dump.o; gcc -Q --help=optimizers -O2 | head -20
      gcc -save-temps -dumpdir /out/ -c a.c -o /out/saved.o
      printf '#include "pre.h"\\nint y = X;\\n' > p.c; echo '#define X 5' > pre.h; gcc pre.h -o /out/pre.h.gch; cp /out/pre.h.gch .; gcc -H -Winvalid-pch -c p.c -o /out/p.o
      printf '.macro m n\\n mov x\\\\n, #\\\\n\\n.endm\\nm 3\\nm 7\\n.data\\n1: .quad 1b-., y\\n' > s.s; as -al s.s -o /out/s.o; as --version; as -g -mcpu=all s.s; as -g -o /out/s2.o s.s
      printf '#define N 4\\n mov x1, #N\\n' > c.S; gcc -g -c c.S -o /out/c.o; printf 'wrong x1\\n' | as -o /out/w.o -
      gcc -O2 a.c -o /out/a -lm && /out/a; /usr/libexec/gcc/aarch64-linux-gnu/14/cc1 -version < /dev/null 2>&1 | head -4
      cd /; rm -rf /src; true
      """;

  /// Not its cache, which has the time of dpkg's database in it.
  private static final String APT =
      """
      exec > /said 2>&1
      apt-config dump; apt-get --version; apt-get update; apt-get check; apt-cache policy m4; apt-cache show jq
      apt-get install -y --no-install-recommends jq; apt-mark showmanual; dpkg -l; dpkg --print-architecture; apt-get remove -s dash
      cd /src; for f in /var/lib/apt/lists/*InRelease; do
        sqv="sqv --keyring /usr/share/keyrings/debian-archive-keyring.gpg --cleartext --output out"; $sqv $f; echo $?; sha256sum out; sed s/^SHA256/SHA257/ $f > bad
        $sqv bad; echo $?; $sqv --not-after 2000-01-01 $f; sqv --keyring /dev/null --cleartext --output out $f; $sqv --signatures 3 $f; $sqv /dev/null
      done; sqv --version; sqv nonsense
      sed -i '/^Fetched /d' /said; rm -rf /src /var/log /var/cache/apt/*.bin; true
      """;

  private static BothWays bothWays;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    bothWays = BothWays.make("cc1", "cc1plus", "aarch64-linux-gnu-as", "apt-get", "dpkg", "sqv");
    Actor actor = bothWays.actor();
    actor.write("app/apt", APT);
    actor.write("app/a.c", C);
    actor.write("app/t.cc", CXX);
    actor.write("app/bad.c", WRONG);
    actor.write("app/script", SCRIPT);
  }

  @Test
  void whatCompilersMakeIsWhatEmulatedOnesMake() throws IOException, InterruptedException {
    bothWays.areTheSame("script", "/cc1\"", "/cc1plus\"", "/aarch64-linux-gnu-as\"");
  }

  @Test
  void aptSaysWhatAnEmulatedOneSays() throws IOException, InterruptedException {
    bothWays.areTheSame(
        "apt", "/apt-get\"", "/apt-config\"", "/dpkg\"", "/usr/bin/sqv\"", "/methods/sqv\"");
  }
}
