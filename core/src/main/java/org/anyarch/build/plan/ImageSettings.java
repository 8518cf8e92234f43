package org.anyarch.build.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.anyarch.oci.Healthcheck;
import org.jspecify.annotations.Nullable;

/// What an image says of how it is run. Immutable; every `withX` gives a changed copy.
public final class ImageSettings {
  public static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  public static final ImageSettings NONE = new ImageSettings(new Draft());

  /// Settings that are still being put together.
  private static final class Draft {
    private Map<String, String> env = Map.of();
    private String user = "";
    private String workingDir = "";
    private List<String> entrypoint = List.of();
    private List<String> cmd = List.of();
    private List<String> shell = DEFAULT_SHELL;
    private Map<String, String> labels = Map.of();
    private SortedSet<String> exposedPorts = Collections.emptySortedSet();
    private SortedSet<String> volumes = Collections.emptySortedSet();
    private String stopSignal = "";
    private String author = "";
    private Optional<Healthcheck> healthcheck = Optional.empty();
    private List<String> onBuild = List.of();
  }

  private final Draft values;

  private ImageSettings(Draft values) {
    this.values = values;
  }

  private ImageSettings with(Consumer<Draft> change) {
    Draft copy = new Draft();
    copy.env = values.env;
    copy.user = values.user;
    copy.workingDir = values.workingDir;
    copy.entrypoint = values.entrypoint;
    copy.cmd = values.cmd;
    copy.shell = values.shell;
    copy.labels = values.labels;
    copy.exposedPorts = values.exposedPorts;
    copy.volumes = values.volumes;
    copy.stopSignal = values.stopSignal;
    copy.author = values.author;
    copy.healthcheck = values.healthcheck;
    copy.onBuild = values.onBuild;
    change.accept(copy);
    return new ImageSettings(copy);
  }

  /// In order.
  public Map<String, String> env() {
    return values.env;
  }

  public String user() {
    return values.user;
  }

  public String workingDir() {
    return values.workingDir;
  }

  public List<String> entrypoint() {
    return values.entrypoint;
  }

  public List<String> cmd() {
    return values.cmd;
  }

  public List<String> shell() {
    return values.shell;
  }

  public Map<String, String> labels() {
    return values.labels;
  }

  public SortedSet<String> exposedPorts() {
    return values.exposedPorts;
  }

  public SortedSet<String> volumes() {
    return values.volumes;
  }

  public String stopSignal() {
    return values.stopSignal;
  }

  public String author() {
    return values.author;
  }

  public Optional<Healthcheck> healthcheck() {
    return values.healthcheck;
  }

  /// Instructions for stages that are made FROM the image.
  public List<String> onBuild() {
    return values.onBuild;
  }

  public ImageSettings withEnv(Map<String, String> value) {
    Map<String, String> copy = Collections.unmodifiableMap(new LinkedHashMap<>(value));
    return with(draft -> draft.env = copy);
  }

  public ImageSettings withUser(String value) {
    return with(draft -> draft.user = value);
  }

  public ImageSettings withWorkingDir(String value) {
    return with(draft -> draft.workingDir = value);
  }

  public ImageSettings withEntrypoint(List<String> value) {
    List<String> copy = List.copyOf(value);
    return with(draft -> draft.entrypoint = copy);
  }

  public ImageSettings withCmd(List<String> value) {
    List<String> copy = List.copyOf(value);
    return with(draft -> draft.cmd = copy);
  }

  public ImageSettings withShell(List<String> value) {
    List<String> copy = List.copyOf(value);
    return with(draft -> draft.shell = copy);
  }

  public ImageSettings withLabels(Map<String, String> value) {
    Map<String, String> copy = Collections.unmodifiableMap(new LinkedHashMap<>(value));
    return with(draft -> draft.labels = copy);
  }

  /// Beside those that are exposed already.
  public ImageSettings withExposedPorts(Iterable<String> more) {
    return with(draft -> draft.exposedPorts = union(draft.exposedPorts, more));
  }

  /// Beside those that are there already.
  public ImageSettings withVolumes(Iterable<String> more) {
    return with(draft -> draft.volumes = union(draft.volumes, more));
  }

  public ImageSettings withStopSignal(String value) {
    return with(draft -> draft.stopSignal = value);
  }

  public ImageSettings withAuthor(String value) {
    return with(draft -> draft.author = value);
  }

  public ImageSettings withHealthcheck(Optional<Healthcheck> value) {
    return with(draft -> draft.healthcheck = value);
  }

  public ImageSettings withOnBuild(List<String> value) {
    List<String> copy = List.copyOf(value);
    return with(draft -> draft.onBuild = copy);
  }

  private static SortedSet<String> union(SortedSet<String> some, Iterable<String> more) {
    NavigableSet<String> all = new TreeSet<>(some);
    more.forEach(all::add);
    return Collections.unmodifiableSortedSet(all);
  }

  private List<Object> parts() {
    List<Object> parts = new ArrayList<>();
    Collections.addAll(parts, env(), user(), workingDir(), entrypoint(), cmd(), shell(), labels());
    Collections.addAll(parts, exposedPorts(), volumes(), stopSignal(), author());
    Collections.addAll(parts, healthcheck(), onBuild());
    return parts;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ImageSettings that && parts().equals(that.parts());
  }

  @Override
  public int hashCode() {
    return parts().hashCode();
  }

  @Override
  public String toString() {
    return "ImageSettings" + parts();
  }
}
