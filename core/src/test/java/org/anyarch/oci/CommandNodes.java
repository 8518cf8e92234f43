package org.anyarch.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.NewFiles;

/// Nodes and times through the programs that every Linux has. Devices other than overlayfs's
/// whiteout fail as they do without privilege.
final class CommandNodes implements FileNodes {
  private final NewFiles files = new PlainNewFiles(this);

  @Override
  public void make(Path path, Kind kind, int mode, int major, int minor) throws KernelException {
    if (kind != Kind.FIFO && (major != 0 || minor != 0)) {
      throw new KernelException("make the device node " + path, Errno.EPERM);
    }
    if (kind == Kind.FIFO) {
      run("mkfifo", "-m", Integer.toOctalString(mode), path.toString());
    } else {
      run("mknod", path.toString(), "c", "0", "0");
    }
  }

  @Override
  public void own(Path path, long uid, long gid) throws KernelException {
    set(path, "unix:uid", (int) uid);
    set(path, "unix:gid", (int) gid);
  }

  @Override
  public void permit(Path path, int mode) throws KernelException {
    set(path, "unix:mode", mode);
  }

  private static void set(Path path, String attribute, int value) throws KernelException {
    try {
      Files.setAttribute(path, attribute, value, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new KernelException("set " + attribute + " of " + path, Errno.EPERM);
    }
  }

  @Override
  public void touch(Path path, long epochSecond, int nano) throws KernelException {
    try {
      if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        FileTime time = FileTime.from(Instant.ofEpochSecond(epochSecond, nano));
        Files.setLastModifiedTime(path, time);
      } else {
        String time = "@" + epochSecond + "." + Integer.toString(1_000_000_000 + nano).substring(1);
        run("touch", "-h", "-d", time, path.toString());
      }
    } catch (IOException e) {
      throw new KernelException("touch " + path, Errno.EIO);
    }
  }

  private static void run(String... command) throws KernelException {
    try {
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new KernelException("run " + List.of(command) + " (" + said + ")", Errno.EIO);
      }
    } catch (IOException e) {
      throw new KernelException("run " + List.of(command), Errno.EIO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KernelException("run " + List.of(command), Errno.EIO);
    }
  }

  @Override
  public NewFiles newFiles() {
    // The same for all, which so complains of one that somebody left open.
    return files;
  }
}
