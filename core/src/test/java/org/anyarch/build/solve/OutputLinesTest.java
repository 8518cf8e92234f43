package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutputLinesTest {
  private final List<String> lines = new ArrayList<>();
  private final List<String> unfinished = new ArrayList<>();

  private void read(String text) throws IOException {
    new OutputLines(lines::add, unfinished::add).read(new StringReader(text));
  }

  @Test
  void aCarriageReturnStartsTheLineAnew() throws IOException {
    read("10%\r20%\r100%\ndos\r\nend\r");

    assertThat(lines).containsExactly("100%", "dos", "end");
  }

  @Test
  void whatHasNotEndedIsToldWhenNothingMoreCame() throws IOException {
    List<String> chunks = new ArrayList<>(List.of("compi", "ling", "... done\n", "10%", "\r20%"));
    Reader reader =
        new Reader() {
          @Override
          public int read(char[] into, int offset, int length) {
            if (chunks.isEmpty()) {
              return -1;
            }
            String chunk = chunks.removeFirst();
            chunk.getChars(0, chunk.length(), into, offset);
            return chunk.length();
          }

          @Override
          public void close() {}
        };
    new OutputLines(lines::add, unfinished::add).read(reader);

    assertThat(unfinished).containsExactly("compi", "compiling", "10%", "20%");
    assertThat(lines).containsExactly("compiling... done", "20%");
  }

  @Test
  void anEndlessLineIsToldInParts() throws IOException {
    read("x".repeat(40_000));

    assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line).hasSizeLessThan(17_000));
  }
}
