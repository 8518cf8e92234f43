package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// COPY and ADD with all their flags. RUN steps look at the result and fail the build.
final class CopyIT extends AppTests {
  @Test
  void parentsKeepsTheFoldersBehindThePivot() throws IOException, InterruptedException {
    for (String name : List.of("x/a/1.txt", "x/a/2.md", "x/b/c/3.txt", "y/4.txt", "5.txt")) {
      actor.write("app/" + name, name);
    }
    Processes.must(actor.folder(), "chmod", "700", "app/x/b");
    succeeds(
        """
        FROM oci:../base
        COPY --parents x/a/1.txt y /one/
        COPY --parents x/./a/1.txt x/./b /two/
        COPY --parents **/*.txt /three/
        COPY --parents --exclude=a x/./** /four/
        RUN test -e /one/x/a/1.txt && test -e /one/y/4.txt && test ! -e /one/x/b
        RUN test -e /two/a/1.txt && test -e /two/b/c/3.txt && test "$(stat -c %a /two/b)" = 700
        RUN test -e /three/x/a/1.txt && test -e /three/x/b/c/3.txt && test -e /three/5.txt \\
          && test ! -e /three/x/a/2.md && test "$(stat -c %a /three/x/b)" = 700
        RUN test -e /four/b/c/3.txt && test ! -e /four/a
        """);
    fails(
        "FROM scratch\nCOPY --parents x/./absent /d/\n",
        "Containerfile:2:1",
        "x/./absent",
        "is not in the context");
  }

  @Test
  void excludeLeavesFilesBehind() throws IOException, InterruptedException {
    for (String name : List.of("d/a.txt", "d/b.md", "d/e/c.txt", "d/e/keep.txt", "home.txt")) {
      actor.write("app/" + name, name);
    }
    actor.write("app/homely", "");
    succeeds(
        """
        FROM oci:../base
        COPY --exclude=*.txt --exclude=e/c.txt d /one/
        COPY --exclude=**/*.txt --exclude=!e/keep.txt d /two/
        COPY --exclude=*.txt hom* /three/
        RUN test ! -e /one/a.txt && test -e /one/b.md && test ! -e /one/e/c.txt \\
          && test -e /one/e/keep.txt
        RUN test ! -e /two/a.txt && test ! -e /two/e/c.txt && test -e /two/e/keep.txt
        RUN test ! -e /three/home.txt && test -e /three/homely
        """);
  }

  @Test
  void anOwnerIsKeptHoweverLargeItsNumber() throws IOException, InterruptedException {
    Actor root = Machine.root();
    Images.base(root, List.of(OWN));
    root.write(
        "app/Containerfile",
        """
        FROM oci:../base AS source
        RUN touch /f && chown 4294967294:3000000000 /f
        FROM oci:../base
        COPY --from=source /f /f
        RUN test "$(stat -c %u:%g /f)" = 4294967294:3000000000
        """);
    Images.succeed(Images.build(root, "result", List.of(OWN), "app"));
  }

  @Test
  void chmodIsOctalOrSymbolic() throws IOException, InterruptedException {
    actor.write("app/d/plain", "");
    actor.write("app/d/program", "");
    Processes.must(actor.folder(), "chmod", "600", "app/d/plain");
    Processes.must(actor.folder(), "chmod", "700", "app/d/program");
    Files.createSymbolicLink(actor.folder().resolve("app/d/link"), Path.of("plain"));
    succeeds(
        """
        FROM oci:../base
        ARG MODE=rwX
        COPY --chmod=u=${MODE},go=rX d /one/d/
        COPY --chmod=4711 d/program /
        RUN test "$(stat -c %a /one/d/plain)" = 644 && test "$(stat -c %a /one/d/program)" = 755
        RUN test "$(stat -c %a /program)" = 4711 && test -L /one/d/link
        """);
    fails("FROM scratch\nCOPY --chmod=u=q d /d/\n", "Containerfile:2:14", "u=q");
  }

  @Test
  void linkNeitherSeesNorHidesWhatIsBelow() throws IOException, InterruptedException {
    actor.write("app/etc/own", "new");
    succeeds(
        """
        FROM oci:../base AS below
        RUN mkdir -p /data /etc && echo old > /etc/old && echo x > /data/x && ln -s data /place
        FROM below
        COPY --link etc /etc/
        COPY --link --chown=7:8 etc/own /place/
        RUN test -e /etc/old && test "$(cat /etc/own)" = new && test -d /place \\
          && test ! -L /place && test "$(stat -c %u:%g /place/own)" = 7:8 && test ! -e /data/own
        """);
    fails(
        "FROM oci:../base\nCOPY --link --chown=root etc /x/\n",
        "Containerfile:2:1",
        "--link only numbers");
  }

  @Test
  void whatALinkedCopyMakesDoesNotDependOnItsBase() throws IOException, InterruptedException {
    actor.write("app/etc/own", "new");
    for (String base : List.of("scratch", "oci:../base")) {
      succeeds("FROM " + base + "\nCOPY --link --chmod=640 etc /etc/\n");
      Processes.must(
          actor.folder(),
          "sh",
          "-c",
          "skopeo inspect oci:result:test --format '{{range .Layers}}{{println .}}{{end}}'"
              + " | grep sha256 | tail -1 >> layers");
    }
    List<String> layers = Files.readAllLines(actor.folder().resolve("layers"));
    assertThat(layers.getFirst()).startsWith("sha256:").isEqualTo(layers.getLast());
  }

  @Test
  void ownersOfAStageStayAndThoseOfTheContextDoNot() throws IOException, InterruptedException {
    actor.write("app/d/f", "");
    succeeds(
        """
        FROM oci:../base AS one
        RUN mkdir /d && touch /d/f && chown 5:6 /d/f && chmod 6755 /d/f && touch -d @981173106 /d/f
        FROM oci:../base
        COPY d /context/
        COPY --from=one /d /stage/
        COPY --from=one --chown=7 /d /chown/
        RUN test "$(stat -c %u:%g /context/f)" = 0:0 && test "$(stat -c %u:%g-%a /stage/f)" = 5:6-6755
        RUN test "$(stat -c %u:%g /chown/f)" = 7:7 && test "$(stat -c %u:%g /chown)" = 7:7
        RUN test "$(stat -c %Y /stage/f)" = 981173106
        """);
  }

  @Test
  void whatIsInTheWayIsReplacedOrRefused() throws IOException, InterruptedException {
    actor.write("app/file", "new");
    actor.write("app/tree/x/y", "");
    succeeds(
        """
        FROM oci:../base
        RUN mkdir -p /t/sub /other && echo old > /other/f && ln -s /other/f /t/link && ln -s /other /dir
        COPY file /t/link
        COPY file /dir
        COPY file /t/sub
        COPY file /new/deep/
        COPY file /new/name
        RUN test -L /t/link && test "$(cat /other/f)" = new && test -e /other/file && test -L /dir \\
          && test -e /t/sub/file && test -e /new/deep/file && test -f /new/name
        """);
    fails("FROM oci:../base\nRUN mkdir -p /t/x/y\nCOPY tree /t\n", ":3:1", "over the folder");
    fails("FROM oci:../base\nRUN mkdir /t && touch /t/x\nCOPY tree /t\n", ":3:1", "over the file");
    fails("FROM oci:../base\nRUN touch /t\nCOPY file /t/\n", ":3:1", "is a file");
  }

  @Test
  void aNamedFolderIsASource() throws IOException, InterruptedException {
    actor.write("more/a", "1");
    actor.write("more/b", "2");
    actor.write("more/.dockerignore", "b\n");
    succeeds(
        """
        FROM scratch AS more
        FROM oci:../base
        COPY --from=more . /x/
        COPY --link --from=more a /y/
        RUN test -e /x/a && test ! -e /x/b && test -e /y/a
        """,
        "--build-context",
        "more=more");
  }

  @Test
  void addTakesUrlsAndRepositories() throws IOException, InterruptedException {
    Path served = Files.createDirectories(actor.folder().resolve("served"));
    Files.writeString(served.resolve("file.txt"), "hello");
    Processes.must(served, "tar", "-czf", "a.tgz", "file.txt");
    Processes.must(
        served,
        "sh",
        "-c",
        "git init -q -b main r && cd r && mkdir sub && echo 1 > sub/f && git add . "
            + "&& git -c user.name=a -c user.email=a@b commit -q -m x && cd .. "
            + "&& git clone -q --bare r bare && git -C bare update-server-info");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", SimpleFileServer.createFileHandler(served));
    server.createContext("/r.git", SimpleFileServer.createFileHandler(served.resolve("bare")));
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      String sum = Processes.must(served, "sha256sum", "file.txt").split(" ", -1)[0];
      succeeds(
          """
          FROM oci:../base
          ADD --checksum=sha256:%s %s/file.txt /one/
          ADD --chmod=755 --chown=3:4 %s/file.txt /two
          ADD %s/a.tgz /three/
          ADD --unpack %s/a.tgz /four/
          ADD %s/r.git#main:sub /five
          ADD --keep-git-dir=true %s/r.git /six/
          RUN test "$(stat -c %%a-%%u /one/file.txt)" = 600-0 && test "$(cat /one/file.txt)" = hello
          RUN test "$(stat -c %%a-%%u:%%g /two)" = 755-3:4
          RUN test -e /three/a.tgz && test -e /four/file.txt
          RUN test -e /five/f && test ! -e /five/.git && test -d /six/.git && test -e /six/sub/f
          """
              .formatted(sum, base, base, base, base, base, base));
      fails(
          "FROM scratch\nADD --checksum=sha256:%s %s/a.tgz /x\n".formatted(sum, base),
          "Containerfile:2:1",
          "has the checksum",
          sum);
      fails("FROM scratch\nADD %s/absent /x\n".formatted(base), "Containerfile:2:1", "answers 404");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void addUnpacksArchivesUnlessItIsToldNotTo() throws IOException, InterruptedException {
    actor.write("app/in/f", "x");
    for (String way : List.of("czf", "cjf", "cJf", "cf")) {
      Processes.must(actor.folder(), "tar", "-C", "app/in", "-" + way, "app/" + way + ".tar", "f");
    }
    succeeds(
        """
        FROM oci:../base
        ADD czf.tar cjf.tar cJf.tar cf.tar /all/
        ADD --unpack=false czf.tar /not/
        COPY cf.tar /copied/
        RUN test -e /all/f && test -e /not/czf.tar && test -e /copied/cf.tar
        """);
  }

  @Test
  void aStageKeepsHardLinksAndItsDeletedFilesStayDeleted()
      throws IOException, InterruptedException {
    succeeds(
        """
        FROM oci:../base AS one
        RUN mkdir /d && echo 1 > /d/a && ln /d/a /d/b && echo 2 > /d/gone
        RUN rm /d/gone
        FROM oci:../base
        COPY --from=one / /root/
        RUN test "$(stat -c %h /root/d/a)" = 2 && test ! -e /root/d/gone
        """);
  }

  @Test
  void namesAreBytesOfAnyKindOfUtf8() throws IOException, InterruptedException {
    String name = "ä [1] ✓ x";
    actor.write("app/d/" + name, name);
    succeeds(
        """
        FROM oci:../base
        COPY ["d/ä [[]1] ✓ x", "/one/"]
        COPY ["d/ä \\\\\\\\[1] ✓ x", "/two/"]
        RUN test -e '/one/%s'
        """
            .formatted(name));
    assertThat(name.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(name.length());
  }
}
