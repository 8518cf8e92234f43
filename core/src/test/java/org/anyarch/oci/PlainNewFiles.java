package org.anyarch.oci;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.NewFiles;

/// New files by way of java.nio.file, described by what also describes files that are not open.
final class PlainNewFiles implements NewFiles {
  private final FileNodes nodes;
  private Path path = Path.of("");
  private boolean open;
  private OutputStream out = OutputStream.nullOutputStream();

  PlainNewFiles(FileNodes nodes) {
    this.nodes = nodes;
  }

  @Override
  public void create(Path file) throws KernelException {
    if (open) {
      throw new IllegalStateException(path + " is still open");
    }
    try {
      out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      path = file;
      open = true;
    } catch (FileAlreadyExistsException e) {
      throw new KernelException("make the file " + file, Errno.EEXIST);
    } catch (IOException e) {
      throw new KernelException("make the file " + file, Errno.EIO);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws KernelException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new KernelException("write " + path, Errno.EIO);
    }
  }

  @Override
  public void own(long uid, long gid) throws KernelException {
    nodes.own(path, uid, gid);
  }

  @Override
  public void permit(int mode) throws KernelException {
    nodes.permit(path, mode);
  }

  @Override
  public void touch(long epochSecond, int nano) throws KernelException {
    nodes.touch(path, epochSecond, nano);
  }

  @Override
  public void close() throws KernelException {
    open = false;
    try {
      out.close();
    } catch (IOException e) {
      throw new KernelException("write " + path, Errno.EIO);
    }
  }
}
