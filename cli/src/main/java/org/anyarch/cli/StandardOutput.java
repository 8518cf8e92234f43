package org.anyarch.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/// Standard output that remembers why it could not be written, which a PrintStream does not tell: a
/// command whose result got lost has failed.
final class StandardOutput extends FileOutputStream {
  private @Nullable IOException failure;

  StandardOutput() {
    this(FileDescriptor.out);
  }

  StandardOutput(FileDescriptor descriptor) {
    super(descriptor);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      super.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /// What to exit with when the command says `code`. A reader that went away, as head does, is not
  /// worth a message.
  int status(int code, PrintStream err) {
    if (failure == null) {
      return code;
    }
    if (!String.valueOf(failure.getMessage()).contains("Broken pipe")) {
      err.println("anyarch: cannot write to standard output: " + failure.getMessage());
    }
    return code == ExitCode.DONE ? ExitCode.FAILED : code;
  }
}
