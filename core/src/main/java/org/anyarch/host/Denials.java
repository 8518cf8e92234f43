package org.anyarch.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.anyarch.selinux.Avc;

/// What SELinux has denied that keeps foreign programs from running, in words.
public final class Denials {
  /// Where auditd writes; without it denials are in the kernel's log, for which see [#kernelLog].
  private static final String LOG = "/var/log/audit/audit.log";

  private static final int TAIL = 1 << 20;
  private static final int MOST = 10;

  private Denials() {}

  /// The latest of the host's audit log, each once, the newest last; none if there is no log or it
  /// is not for us to read.
  public static List<String> recent(HostView view) throws IOException {
    Path log = view.path(LOG);
    if (!Files.isRegularFile(log) || !Files.isReadable(log)) {
      return List.of();
    }
    try (SeekableByteChannel channel = Files.newByteChannel(log)) {
      channel.position(Math.max(0, channel.size() - TAIL));
      InputStream in = Channels.newInputStream(channel);
      return of(new String(in.readNBytes(TAIL), StandardCharsets.UTF_8));
    }
  }

  /// The same of the kernel's own log, as dmesg(1) prints it.
  public static List<String> kernelLog() throws IOException, InterruptedException {
    Process dmesg;
    try {
      dmesg = new ProcessBuilder("dmesg").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException absent) {
      return List.of();
    }
    dmesg.getOutputStream().close();
    String text;
    try (InputStream in = dmesg.getInputStream()) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return dmesg.waitFor() == 0 ? of(text) : List.of();
  }

  static List<String> of(String log) {
    Set<String> sentences = new LinkedHashSet<>();
    for (Avc denial : Avc.all(log.lines())) {
      if (denial.concernsEmulation()) {
        String sentence = denial.sentence() + "; " + denial.remedy();
        // One that comes again is as new as its last time.
        sentences.remove(sentence);
        sentences.add(sentence);
      }
    }
    List<String> all = List.copyOf(sentences);
    return all.subList(Math.max(0, all.size() - MOST), all.size());
  }
}
