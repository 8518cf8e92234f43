import java.nio.file.Path;
import java.time.Duration;
import org.anyarch.build.Build;
import org.anyarch.build.ImageReference;
import org.anyarch.build.Progress;
import org.anyarch.kernel.linux.LinuxKernel;
import org.anyarch.platform.Platform;

/// Builds a folder from Java: CONTEXT, the layout that `FROM base` means, PLATFORM, the layout to
/// write. See examples/README.md for how to run it.
void main(String[] arguments) throws Exception {
  Path here = Path.of("").toAbsolutePath();
  Path layout = here.resolve(arguments[3]);
  var image =
      Build.of(here.resolve(arguments[0]))
          .platforms(Platform.parse(arguments[2]))
          .context("base", ImageReference.parse("oci-layout://" + arguments[1], here))
          .arg("WORD", "from Java")
          .name("java:1")
          .output(layout)
          .run(layout.resolveSibling("cache"), LinuxKernel.create(), new Printed());
  IO.println(image.digest());
}

/// What is heard of a build: of the many things one can hear, only those that are overridden.
record Printed() implements Progress {
  @Override
  public Step begin(Place place) {
    String prefix = place.platform() + " " + place.number() + "/" + place.count();
    IO.println(prefix + " " + place.text());
    return new Step() {
      @Override
      public void output(String line) {
        IO.println(prefix + " | " + line);
      }

      @Override
      public void done(Duration elapsed) {
        IO.println(prefix + " done in " + elapsed.toMillis() + " ms");
      }
    };
  }
}
