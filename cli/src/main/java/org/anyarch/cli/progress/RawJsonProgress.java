package org.anyarch.cli.progress;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.oci.Digest;
import org.anyarch.twins.Execs;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One JSON object a line, as `--progress=rawjson` of BuildKit's tools (`SolveStatus`): `vertexes`
/// for what begins and ends, `statuses` for bytes on their way, `logs` with what programs print
/// (base64), `warnings`. The end of a step with foreign programs has one field more, `programs`:
/// how many were `started`, and how many of them `native`.
public final class RawJsonProgress implements ProgressView {
  /// As BuildKit says it of what was not to be finished.
  private static final String STOPPED = "context canceled";

  private final PrintStream out;
  private final Clock clock;
  private final AtomicInteger next = new AtomicInteger();

  public RawJsonProgress(PrintStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public Step begin(Place place) {
    Vertex vertex = new Vertex(name(place));
    vertex.begin();
    return new Step() {
      @Override
      public void output(String line) {
        vertex.log(line + "\n");
      }

      @Override
      public void warning(String text) {
        print("warnings", node -> node.put("vertex", vertex.digest).put("short", encoded(text)));
      }

      @Override
      public Transfer transfer(String what, OptionalLong total) {
        return new Status(vertex, what, total);
      }

      @Override
      public void started(Execs programs) {
        vertex.started = programs;
      }

      @Override
      public void done(Duration elapsed) {
        vertex.end("");
      }

      @Override
      public void failed(Duration elapsed, String why) {
        vertex.end(why);
      }

      @Override
      public void stopped(Duration elapsed) {
        vertex.end(STOPPED);
      }
    };
  }

  @Override
  public void cached(Place place) {
    new Vertex(name(place)).whole(true);
  }

  @Override
  public Transfer transfer(String platform, String what, OptionalLong total) {
    Vertex vertex = new Vertex(internal(platform, what));
    vertex.begin();
    Status status = new Status(vertex, what, total);
    return new Transfer() {
      @Override
      public void moved(long bytes) {
        status.moved(bytes);
      }

      @Override
      public void ended() {
        status.ended();
        vertex.end("");
      }
    };
  }

  @Override
  public void note(String platform, String text) {
    Vertex vertex = new Vertex(internal(platform, "note"));
    vertex.whole(false);
    vertex.log(text + "\n");
  }

  private static String name(Place place) {
    return Words.place(place) + " " + place.text();
  }

  private static String internal(String platform, String text) {
    return "[" + (platform.isEmpty() ? "" : platform + " ") + "internal] " + text;
  }

  private String now() {
    return clock.instant().toString();
  }

  /// What begins and ends.
  private final class Vertex {
    private final String name;
    private final String digest;
    private final String began = now();
    private volatile Execs started = Execs.NONE;

    Vertex(String name) {
      this.name = name;
      // Tells those apart that are called the same.
      String text = next.incrementAndGet() + " " + name;
      this.digest = Digest.ofSha256(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private ObjectNode fill(ObjectNode node) {
      return node.put("digest", digest).put("name", name).put("started", began);
    }

    void begin() {
      print("vertexes", this::fill);
    }

    void whole(boolean cached) {
      print(
          "vertexes",
          node -> {
            fill(node).put("completed", now());
            if (cached) {
              node.put("cached", true);
            }
          });
    }

    /// @param error empty if there is none
    void end(String error) {
      print(
          "vertexes",
          node -> {
            fill(node).put("completed", now());
            if (started.count() > 0) {
              // BuildKit has no such field; its readers pass over those they do not know.
              node.putObject("programs")
                  .put("started", started.count())
                  .put("native", started.nativeCount());
            }
            if (!error.isEmpty()) {
              node.put("error", error);
            }
          });
    }

    void log(String text) {
      print(
          "logs",
          node ->
              node.put("vertex", digest)
                  .put("stream", 1)
                  .put("data", encoded(text))
                  .put("timestamp", now()));
    }
  }

  private final class Status implements Transfer {
    private final Vertex vertex;
    private final String what;
    private final OptionalLong total;
    private final String started = now();
    private volatile long current;

    Status(Vertex vertex, String what, OptionalLong total) {
      this.vertex = vertex;
      this.what = what;
      this.total = total;
    }

    @Override
    public void moved(long bytes) {
      current = bytes;
      print("statuses", this::fill);
    }

    private ObjectNode fill(ObjectNode node) {
      node.put("id", what).put("vertex", vertex.digest);
      total.ifPresent(all -> node.put("total", all));
      return node.put("current", current).put("timestamp", now()).put("started", started);
    }

    @Override
    public void ended() {
      print("statuses", node -> fill(node).put("completed", now()));
    }
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private interface Filler {
    void fill(ObjectNode node);
  }

  /// A line with one entry of one kind.
  private void print(String kind, Filler filler) {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    filler.fill(whole.putArray(kind).addObject());
    out.println(whole);
  }
}
