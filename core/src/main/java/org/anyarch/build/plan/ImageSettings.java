package org.anyarch.build.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// What an image says of how it is run.
///
/// @param env in order
public record ImageSettings(
    Map<String, String> env,
    String user,
    String workingDir,
    List<String> entrypoint,
    List<String> cmd,
    List<String> shell,
    Map<String, String> labels,
    SortedSet<String> exposedPorts,
    SortedSet<String> volumes,
    String stopSignal) {

  public static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  public static final ImageSettings NONE =
      new ImageSettings(
          Map.of(),
          "",
          "",
          List.of(),
          List.of(),
          DEFAULT_SHELL,
          Map.of(),
          new TreeSet<>(),
          new TreeSet<>(),
          "");

  public ImageSettings {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    entrypoint = List.copyOf(entrypoint);
    cmd = List.copyOf(cmd);
    shell = List.copyOf(shell);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    exposedPorts = Collections.unmodifiableSortedSet(new TreeSet<>(exposedPorts));
    volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
  }

  ImageSettings withEnv(Map<String, String> values) {
    return new ImageSettings(
        values,
        user,
        workingDir,
        entrypoint,
        cmd,
        shell,
        labels,
        exposedPorts,
        volumes,
        stopSignal);
  }

  ImageSettings withUser(String value) {
    return new ImageSettings(
        env, value, workingDir, entrypoint, cmd, shell, labels, exposedPorts, volumes, stopSignal);
  }

  ImageSettings withWorkingDir(String value) {
    return new ImageSettings(
        env, user, value, entrypoint, cmd, shell, labels, exposedPorts, volumes, stopSignal);
  }

  ImageSettings withEntrypoint(List<String> value) {
    return new ImageSettings(
        env, user, workingDir, value, cmd, shell, labels, exposedPorts, volumes, stopSignal);
  }

  ImageSettings withCmd(List<String> value) {
    return new ImageSettings(
        env, user, workingDir, entrypoint, value, shell, labels, exposedPorts, volumes, stopSignal);
  }

  ImageSettings withShell(List<String> value) {
    return new ImageSettings(
        env, user, workingDir, entrypoint, cmd, value, labels, exposedPorts, volumes, stopSignal);
  }

  ImageSettings withLabels(Map<String, String> value) {
    return new ImageSettings(
        env, user, workingDir, entrypoint, cmd, shell, value, exposedPorts, volumes, stopSignal);
  }

  ImageSettings withExposedPorts(List<String> more) {
    return new ImageSettings(
        env,
        user,
        workingDir,
        entrypoint,
        cmd,
        shell,
        labels,
        union(exposedPorts, more),
        volumes,
        stopSignal);
  }

  ImageSettings withVolumes(List<String> more) {
    return new ImageSettings(
        env,
        user,
        workingDir,
        entrypoint,
        cmd,
        shell,
        labels,
        exposedPorts,
        union(volumes, more),
        stopSignal);
  }

  ImageSettings withStopSignal(String value) {
    return new ImageSettings(
        env, user, workingDir, entrypoint, cmd, shell, labels, exposedPorts, volumes, value);
  }

  private static SortedSet<String> union(SortedSet<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return new TreeSet<>(all);
  }
}
