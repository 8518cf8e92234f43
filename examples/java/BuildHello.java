import java.nio.file.Path;
import java.time.Duration;
import org.anyarch.build.Build;
import org.anyarch.build.ImageReference;
import org.anyarch.build.Progress;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.linux.LinuxKernel;
import org.anyarch.platform.Platform;

/// Builds examples/hello for two architectures from Java; see examples/README.md for how to run it.
void main(String[] arguments) throws Exception {
  Path work = Path.of(arguments[0]);
  var image =
      Build.of(Path.of("examples/hello"))
          .platforms(Platform.host(), Platform.parse("linux/s390x"))
          .context("base", ImageReference.parse("oci-layout://" + arguments[1], Path.of("")))
          .name("hello:java")
          .output(work.resolve("layout"))
          .run(work.resolve("cache"), LinuxKernel.create(), new Printed());
  IO.println(image.digest());
}

/// What is heard of a build.
record Printed() implements Progress {
  @Override
  public Step begin(PlannedStage stage, PlannedStep step, int number, int count) {
    String place = stage.platform() + " " + number + "/" + count;
    IO.println(place + " " + step.text());
    return new Step() {
      @Override
      public void output(String line) {
        IO.println(place + " | " + line);
      }

      @Override
      public void warning(String text) {
        IO.println(place + " warning: " + text);
      }

      @Override
      public void done(Duration elapsed) {
        IO.println(place + " done in " + elapsed.toMillis() + " ms");
      }

      @Override
      public void failed(Duration elapsed) {
        IO.println(place + " failed");
      }
    };
  }

  @Override
  public void cached(PlannedStage stage, PlannedStep step, int number, int count) {
    IO.println(stage.platform() + " " + number + "/" + count + " CACHED " + step.text());
  }

  @Override
  public void note(String platform, String text) {
    IO.println(platform + " " + text);
  }
}
