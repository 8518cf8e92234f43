package org.anyarch.kernel;

import static java.util.Map.entry;

import java.util.Map;

/// An error number of Linux with the name and meaning that every architecture we run on shares
/// (asm-generic).
public record Errno(int number) {
  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno ESRCH = new Errno(3);
  public static final Errno EIO = new Errno(5);
  public static final Errno ENOEXEC = new Errno(8);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno ENODEV = new Errno(19);
  public static final Errno ENOTDIR = new Errno(20);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno ETXTBSY = new Errno(26);
  public static final Errno ENOSPC = new Errno(28);
  public static final Errno EROFS = new Errno(30);
  public static final Errno ERANGE = new Errno(34);
  public static final Errno ENAMETOOLONG = new Errno(36);
  public static final Errno ENOSYS = new Errno(38);
  public static final Errno ELOOP = new Errno(40);
  public static final Errno ENODATA = new Errno(61);
  public static final Errno EOPNOTSUPP = new Errno(95);
  public static final Errno EDQUOT = new Errno(122);

  private record Meaning(String name, String text) {}

  private static final Map<Integer, Meaning> MEANINGS =
      Map.ofEntries(
          entry(1, new Meaning("EPERM", "Operation not permitted")),
          entry(2, new Meaning("ENOENT", "No such file or directory")),
          entry(3, new Meaning("ESRCH", "No such process")),
          entry(4, new Meaning("EINTR", "Interrupted system call")),
          entry(5, new Meaning("EIO", "Input/output error")),
          entry(7, new Meaning("E2BIG", "Argument list too long")),
          entry(8, new Meaning("ENOEXEC", "Exec format error")),
          entry(9, new Meaning("EBADF", "Bad file descriptor")),
          entry(11, new Meaning("EAGAIN", "Resource temporarily unavailable")),
          entry(12, new Meaning("ENOMEM", "Cannot allocate memory")),
          entry(13, new Meaning("EACCES", "Permission denied")),
          entry(16, new Meaning("EBUSY", "Device or resource busy")),
          entry(17, new Meaning("EEXIST", "File exists")),
          entry(18, new Meaning("EXDEV", "Invalid cross-device link")),
          entry(19, new Meaning("ENODEV", "No such device")),
          entry(20, new Meaning("ENOTDIR", "Not a directory")),
          entry(21, new Meaning("EISDIR", "Is a directory")),
          entry(22, new Meaning("EINVAL", "Invalid argument")),
          entry(23, new Meaning("ENFILE", "Too many open files in system")),
          entry(24, new Meaning("EMFILE", "Too many open files")),
          entry(26, new Meaning("ETXTBSY", "Text file busy")),
          entry(27, new Meaning("EFBIG", "File too large")),
          entry(28, new Meaning("ENOSPC", "No space left on device")),
          entry(30, new Meaning("EROFS", "Read-only file system")),
          entry(31, new Meaning("EMLINK", "Too many links")),
          entry(34, new Meaning("ERANGE", "Numerical result out of range")),
          entry(36, new Meaning("ENAMETOOLONG", "File name too long")),
          entry(38, new Meaning("ENOSYS", "Function not implemented")),
          entry(39, new Meaning("ENOTEMPTY", "Directory not empty")),
          entry(40, new Meaning("ELOOP", "Too many levels of symbolic links")),
          entry(61, new Meaning("ENODATA", "No data available")),
          entry(75, new Meaning("EOVERFLOW", "Value too large for defined data type")),
          entry(80, new Meaning("ELIBBAD", "Accessing a corrupted shared library")),
          entry(87, new Meaning("EUSERS", "Too many users")),
          entry(95, new Meaning("EOPNOTSUPP", "Operation not supported")),
          entry(110, new Meaning("ETIMEDOUT", "Connection timed out")),
          entry(122, new Meaning("EDQUOT", "Disk quota exceeded")));

  /// The symbol, for instance `EPERM`; `errno N` for a number this table does not know.
  public String name() {
    Meaning meaning = MEANINGS.get(number);
    return meaning == null ? "errno " + number : meaning.name();
  }

  /// The text that strerror(3) gives in the C locale, independent of the user's locale.
  public String text() {
    Meaning meaning = MEANINGS.get(number);
    return meaning == null ? "Unknown error " + number : meaning.text();
  }

  /// As error messages show it: `Operation not permitted (EPERM)`.
  @Override
  public String toString() {
    return text() + " (" + name() + ")";
  }
}
