package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostHandlersTest {
  /// Where nothing can be executed, a trial says nothing of the host's handlers.
  @Test
  void whereNoProgramCanBeTriedThatIsSaid(@TempDir Path folder) {
    Path missing = folder.resolve("missing");
    HostHandlers handlers = new HostHandlers(folder, Platform.host(), List.of(missing));

    assertThatThrownBy(handlers::requireAny)
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("no program can be tried in " + missing);
  }
}
