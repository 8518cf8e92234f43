package org.anyarch.cli.progress;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.oci.Digest;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One JSON object a line, as `--progress=rawjson` of BuildKit's tools: `vertexes` for what begins
/// and ends, `logs` with what programs print (base64), `warnings`.
public final class RawJsonProgress implements ProgressView {
  private final PrintStream out;
  private final Clock clock;
  private final AtomicInteger next = new AtomicInteger();

  public RawJsonProgress(PrintStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public Step begin(PlannedStage stage, PlannedStep step, int number, int count) {
    String name = name(stage, step, number, count);
    String digest = digest(name);
    String started = clock.instant().toString();
    vertex(digest, name).put("started", started).print();
    return new Step() {
      @Override
      public void output(String line) {
        log(digest, line + "\n");
      }

      @Override
      public void warning(String text) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.putArray("warnings").addObject().put("vertex", digest).put("short", encoded(text));
        line(node);
      }

      @Override
      public void done(Duration elapsed) {
        vertex(digest, name).put("started", started).put("completed", now()).print();
      }

      @Override
      public void failed(Duration elapsed) {
        vertex(digest, name)
            .put("started", started)
            .put("completed", now())
            .put("error", "failed")
            .print();
      }
    };
  }

  @Override
  public void cached(PlannedStage stage, PlannedStep step, int number, int count) {
    String name = name(stage, step, number, count);
    Vertex vertex = vertex(digest(name), name).put("started", now()).put("completed", now());
    vertex.node().put("cached", true);
    vertex.print();
  }

  @Override
  public void note(String platform, String text) {
    String name = platform.isEmpty() ? "[internal] note" : "[internal] note of " + platform;
    String digest = Digest.ofSha256(name.getBytes(StandardCharsets.UTF_8)).toString();
    vertex(digest, name).put("started", now()).put("completed", now()).print();
    log(digest, text + "\n");
  }

  private static String name(PlannedStage stage, PlannedStep step, int number, int count) {
    return "[" + Words.place(stage, number, count) + "] " + step.text();
  }

  /// Tells steps apart that are called the same.
  private String digest(String name) {
    String text = next.incrementAndGet() + " " + name;
    return Digest.ofSha256(text.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private String now() {
    return clock.instant().toString();
  }

  private final class Vertex {
    private final ObjectNode whole = JsonNodeFactory.instance.objectNode();
    private final ObjectNode node = whole.putArray("vertexes").addObject();

    ObjectNode node() {
      return node;
    }

    Vertex put(String key, String value) {
      node.put(key, value);
      return this;
    }

    void print() {
      line(whole);
    }
  }

  private Vertex vertex(String digest, String name) {
    return new Vertex().put("digest", digest).put("name", name);
  }

  private void log(String digest, String text) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.putArray("logs")
        .addObject()
        .put("vertex", digest)
        .put("stream", 1)
        .put("data", encoded(text))
        .put("timestamp", now());
    line(node);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void line(ObjectNode node) {
    out.println(node);
  }
}
