package org.anyarch.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.oci.RootPath;

/// The users and groups of a root folder, from its own /etc/passwd and /etc/group; never the
/// host's. Malformed lines are passed over, as the C library does.
public final class Accounts {
  /// Nobody's account file is larger; a larger one is not read into memory.
  private static final long LIMIT = 16L << 20;

  private record User(String name, int uid, int gid, String home) {}

  private record Group(String name, int gid, List<String> members) {}

  private final List<User> users = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();

  private Accounts() {}

  public static Accounts of(Path root) throws IOException {
    Accounts accounts = new Accounts();
    for (String[] f : lines(root, "/etc/passwd")) {
      if (f.length >= 4 && isId(f[2]) && isId(f[3])) {
        String home = f.length > 5 && f[5].startsWith("/") ? f[5] : "/";
        accounts.users.add(new User(f[0], Integer.parseInt(f[2]), Integer.parseInt(f[3]), home));
      }
    }
    for (String[] f : lines(root, "/etc/group")) {
      if (f.length >= 3 && isId(f[2])) {
        List<String> members = f.length > 3 ? List.of(f[3].split(",", -1)) : List.of();
        accounts.groups.add(new Group(f[0], Integer.parseInt(f[2]), members));
      }
    }
    return accounts;
  }

  private static List<String[]> lines(Path root, String file) throws IOException {
    Path path = RootPath.resolve(root, file);
    if (!Files.isRegularFile(path)) {
      return List.of();
    }
    if (Files.size(path) > LIMIT) {
      throw new IOException(file + " of the image is larger than 16 MiB");
    }
    // Account files of old images are not always UTF-8; names are compared bytewise.
    return Files.readString(path, StandardCharsets.ISO_8859_1)
        .lines()
        .map(l -> l.split(":", -1))
        .toList();
  }

  private static boolean isId(String text) {
    return text.matches("\\d{1,9}");
  }

  /// Finds what `USER` and `--chown` say: `name`, `uid`, either with `:group` or `:gid`; empty
  /// means root.
  ///
  /// @throws SessionException if a name is not in the root's files
  public Account find(String text) throws SessionException {
    if (text.isEmpty()) {
      text = "0";
    }
    int colon = text.indexOf(':');
    String userPart = colon < 0 ? text : text.substring(0, colon);
    Optional<User> user = user(userPart);
    int uid;
    if (user.isPresent()) {
      uid = user.get().uid();
    } else if (isId(userPart)) {
      uid = Integer.parseInt(userPart);
    } else {
      throw new SessionException(
          "no user \""
              + userPart
              + "\" in the image's /etc/passwd; create it in an earlier step or give its number");
    }
    String home = user.map(User::home).orElse(uid == 0 ? "/root" : "/");
    if (colon >= 0) {
      return new Account(uid, group(text.substring(colon + 1)), List.of(), home);
    }
    List<Integer> supplementary = new ArrayList<>();
    if (user.isPresent()) {
      for (Group group : groups) {
        if (group.members().contains(user.get().name()) && !supplementary.contains(group.gid())) {
          supplementary.add(group.gid());
        }
      }
    }
    return new Account(uid, user.map(User::gid).orElse(0), supplementary, home);
  }

  private Optional<User> user(String text) {
    String name = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    Optional<User> byName = users.stream().filter(u -> u.name().equals(name)).findFirst();
    if (byName.isPresent() || !isId(text)) {
      return byName;
    }
    int uid = Integer.parseInt(text);
    return users.stream().filter(u -> u.uid() == uid).findFirst();
  }

  /// The group of a name or number.
  public int group(String text) throws SessionException {
    String name = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    Optional<Group> byName = groups.stream().filter(g -> g.name().equals(name)).findFirst();
    if (byName.isPresent()) {
      return byName.get().gid();
    }
    if (isId(text)) {
      return Integer.parseInt(text);
    }
    throw new SessionException(
        "no group \""
            + text
            + "\" in the image's /etc/group; create it in an earlier step or give its number");
  }
}
