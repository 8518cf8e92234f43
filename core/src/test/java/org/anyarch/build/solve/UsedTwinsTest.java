package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.oci.Digest;
import org.anyarch.twins.UsedTwin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsedTwinsTest {
  private static UsedTwin twin(String program, Optional<String> substitute) {
    return new UsedTwin(
        program,
        "gcc-12",
        "12.2.0-14+deb12u1",
        substitute,
        "0".repeat(32),
        Digest.ofSha256(program.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsWrittenIsRead(@TempDir Path folder) throws IOException {
    List<UsedTwin> twins =
        List.of(
            twin("/usr/bin/gcc", Optional.empty()),
            twin("/usr/bin/a b", Optional.empty()),
            twin("/usr/lib/cc1", Optional.of("gcc-12-x_12.2.0-14cross1_amd64.deb")),
            twin("/usr/lib/c d", Optional.of("gcc-12-x 12.2.0-14cross")));

    UsedTwins.write(folder, twins);

    assertThat(UsedTwins.read(folder.resolve("fs"))).isEqualTo(twins);
  }
}
