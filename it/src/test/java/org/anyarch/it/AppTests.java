package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.BeforeEach;

/// What tests share that build the folder `app` of an ordinary user FROM `oci:../base`.
abstract class AppTests {
  static final String OWN = Platform.host().toString();

  /// What is built for.
  final List<String> platforms;

  final Actor actor = Machine.user();

  /// For the machine's own platform.
  AppTests() {
    this(List.of(OWN));
  }

  AppTests(List<String> platforms) {
    this.platforms = platforms;
  }

  @BeforeEach
  final void base() throws IOException, InterruptedException {
    Images.base(actor, platforms);
  }

  final Outcome build(String containerfile, String... more)
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", containerfile);
    return Images.build(actor, "result", platforms, "app", more);
  }

  final void succeeds(String containerfile, String... more)
      throws IOException, InterruptedException {
    Images.succeed(build(containerfile, more));
  }

  /// @param words what the last line says
  final void fails(String containerfile, String... words) throws IOException, InterruptedException {
    Outcome outcome = build(containerfile);
    assertThat(outcome.status()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.lastLine()).contains(words);
  }
}
