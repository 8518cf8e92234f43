package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DenialsTest {
  private static final String MAP =
      "type=AVC msg=audit(1700000000.%d:7): avc:  denied  { map } for  pid=9 comm=\"sh\""
          + " path=\"/usr/bin/qemu-aarch64-static\" dev=\"vda\" ino=1"
          + " scontext=system_u:system_r:container_t:s0:c1,c2"
          + " tcontext=system_u:object_r:secret_t:s0 tclass=file permissive=0\n";

  @TempDir private Path root;

  @Test
  void theAuditLogIsPutIntoWordsOnceEach() throws IOException {
    Path log = Files.createDirectories(root.resolve("var/log/audit")).resolve("audit.log");
    Files.writeString(log, MAP.formatted(1) + "type=SYSCALL msg=x\n" + MAP.formatted(2));

    assertThat(Denials.recent(new HostView.Root(root)))
        .singleElement()
        .asString()
        .contains("qemu-aarch64-static");
  }

  @Test
  void withoutALogThereAreNone() throws IOException {
    assertThat(Denials.recent(new HostView.Root(root))).isEmpty();
  }
}
