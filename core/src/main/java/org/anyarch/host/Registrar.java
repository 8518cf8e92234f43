package org.anyarch.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Instance;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.Views;

/// Changes the entries of an instance. `register` is opened from here and written to in the host's
/// view: the kernel opens the interpreter of a rule with flag F then and there.
final class Registrar {
  /// Marks the entry that stands in while one is replaced.
  static final String STAND_IN = "~";

  private final Supplier<Kernel> kernel;
  private final Ground ground;

  Registrar(Supplier<Kernel> kernel, Ground ground) {
    this.kernel = kernel;
    this.ground = ground;
  }

  List<Entry> entries() throws IOException {
    return ground.instance().entries();
  }

  void register(Rule rule) throws RuleException, HostException {
    byte[] text = rule.registerString().getBytes(StandardCharsets.UTF_8);
    Path register = ground.folder().resolve("register");
    try (FileChannel channel = FileChannel.open(register, StandardOpenOption.WRITE)) {
      Views.Work<Integer> write = () -> channel.write(ByteBuffer.wrap(text));
      if (ground.view() instanceof HostView.Here) {
        write.run();
      } else {
        ground.view().in(kernel.get().views(), write);
      }
    } catch (IOException e) {
      throw HostException.failed(
          "cannot register " + rule.name() + " in " + register + ": " + explain(e, rule), e);
    }
  }

  private static String explain(IOException failure, Rule rule) {
    if (failure instanceof FileSystemException) {
      String said = Failures.describe(failure);
      return said.contains("Read-only file system")
          ? said + "; remount it writable, or start this container with --privileged"
          : said + "; only root may write there";
    }
    return switch (String.valueOf(failure.getMessage())) {
      case "File exists" -> "an entry of this name came up meanwhile (EEXIST); run it again";
      case "No such file or directory" ->
          "the host does not have " + rule.interpreter() + " where this container sees it (ENOENT)";
      case "Permission denied" ->
          "the kernel may not execute "
              + rule.interpreter()
              + " (EACCES): it is on a noexec mount, or a security module forbids it";
      case "Text file busy" -> rule.interpreter() + " is open for writing (ETXTBSY); run it again";
      default -> String.valueOf(failure.getMessage());
    };
  }

  /// Puts a rule in the place of the entry of its name so that files are taken at every moment,
  /// whenever this is interrupted: by the old entry, then by a stand-in, which is the newest and so
  /// tried first, then by the new one.
  void replace(Rule rule) throws RuleException, HostException, IOException {
    Rule standIn = new Rule(rule.name() + STAND_IN, rule.match(), rule.interpreter(), rule.flags());
    if (standIn.name().getBytes(StandardCharsets.UTF_8).length > Rule.NAME_MAX) {
      // There is no longer name; for the moment between the two calls nothing takes the files.
      removeIfThere(rule.name());
      register(rule);
      return;
    }
    removeIfThere(standIn.name());
    register(standIn);
    removeIfThere(rule.name());
    register(rule);
    removeIfThere(standIn.name());
  }

  void remove(String name) throws IOException {
    ground.instance().remove(name);
  }

  void removeIfThere(String name) throws IOException {
    if (java.nio.file.Files.exists(ground.folder().resolve(name))) {
      remove(name);
    }
  }

  Instance instance() {
    return ground.instance();
  }
}
