package fcvm.container;

import fcvm.fuse.FuseOptions;
import fcvm.linux.IoReason;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A directory or file of the host in the container: `HOST:CONTAINER[:OPTION[,OPTION...]]`.
///
/// Options: `ro`, `rw`, `writeback`, `attr_timeout=SECONDS`, `entry_timeout=SECONDS`. `z` and `Z`
/// are accepted and mean nothing, for there is no SELinux between the guest and the host.
///
/// @param host absolute, without symbolic links
/// @param container absolute path in the container
/// @param options how the guest may use it
public record Volume(Path host, String container, FuseOptions options) {
  /// The most that one VM may have.
  public static final int MAX_COUNT = 8;

  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
  private static final String FORM = "HOST:CONTAINER[:OPTIONS]";

  /// Reads one.
  ///
  /// @throws ContainerException if it is none, or if the host has no such directory or file
  public static Volume parse(String text) throws ContainerException {
    String[] parts = text.split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw refused(text, "not of the form " + FORM);
    }
    if (text.indexOf('\ufffd') >= 0) {
      throw refused(text, "its paths must be UTF-8");
    }
    FuseOptions options = parts.length == 3 ? options(text, parts[2]) : FuseOptions.DEFAULT;
    return new Volume(host(text, parts[0]), container(text, parts[1]), options);
  }

  /// Reads several.
  ///
  /// @throws ContainerException also if two have the same place in the container
  public static List<Volume> parse(List<String> texts) throws ContainerException {
    List<Volume> volumes = new ArrayList<>();
    Set<String> places = new HashSet<>();
    for (String text : texts) {
      Volume volume = parse(text);
      if (!places.add(volume.container)) {
        throw new ContainerException("two volumes at " + volume.container + " in the container");
      }
      volumes.add(volume);
    }
    if (volumes.size() > MAX_COUNT) {
      throw new ContainerException(
          volumes.size() + " volumes: a VM has at most " + MAX_COUNT + "; map a common directory");
    }
    return List.copyOf(volumes);
  }

  // The real path, because a file is found by its own name, not by that of a link to it.
  private static Path host(String text, String path) throws ContainerException {
    if (!path.startsWith("/") && !path.startsWith(".")) {
      throw refused(
          text,
          "'"
              + path
              + "' is no path, and there are no named volumes, because a VM keeps nothing: write"
              + " /... or ./...");
    }
    Path host;
    try {
      host = Path.of(path).toRealPath();
    } catch (NoSuchFileException e) {
      throw refused(text, path + ": no such file or directory");
    } catch (IOException e) {
      throw refused(text, IoReason.of(e));
    }
    boolean isFile = Files.isRegularFile(host);
    if (!isFile && !Files.isDirectory(host)) {
      throw refused(text, host + " is neither a directory nor a file");
    }
    if (isFile && host.toString().indexOf(':') >= 0) {
      throw refused(text, "Podman cannot take a file with a colon in its path: " + host);
    }
    return host;
  }

  private static String container(String text, String path) throws ContainerException {
    String place = path.startsWith("/") ? Path.of(path).normalize().toString() : "";
    if (place.isEmpty() || place.equals("/")) {
      throw refused(text, "the path in the container must be absolute, and not /: '" + path + "'");
    }
    return place;
  }

  private static ContainerException refused(String text, String why) {
    return new ContainerException("volume '" + text + "': " + why);
  }

  private static FuseOptions options(String text, String list) throws ContainerException {
    boolean isReadOnly = false;
    boolean hasWritebackCache = false;
    Duration attributes = FuseOptions.DEFAULT_TIMEOUT;
    Duration entries = FuseOptions.DEFAULT_TIMEOUT;
    for (String option : list.split(",", -1)) {
      switch (option.replaceFirst("=.*", "=")) {
        case "ro" -> isReadOnly = true;
        case "rw", "z", "Z" -> {} // what is so anyway
        case "writeback" -> hasWritebackCache = true;
        case "attr_timeout=" -> attributes = timeout(text, option);
        case "entry_timeout=" -> entries = timeout(text, option);
        default ->
            throw refused(
                text,
                "no option '"
                    + option
                    + "'; there are ro, rw, writeback, attr_timeout=SECONDS and"
                    + " entry_timeout=SECONDS");
      }
    }
    return new FuseOptions(isReadOnly, attributes, entries, hasWritebackCache);
  }

  private static Duration timeout(String text, String option) throws ContainerException {
    String seconds = option.substring(option.indexOf('=') + 1);
    if (seconds.matches("\\d{1,4}(\\.\\d{1,3})?")) {
      Duration timeout = Duration.ofMillis(new BigDecimal(seconds).movePointRight(3).longValue());
      if (timeout.compareTo(LONGEST_TIMEOUT) <= 0) {
        return timeout;
      }
    }
    throw refused(text, option + ": seconds from 0 to 3600, such as 0.5");
  }

  /// Whether the guest can change nothing.
  public boolean isReadOnly() {
    return options.isReadOnly();
  }

  /// The same volume where the host's directory or file is found at another path; as [#parse] reads
  /// it.
  public String textAt(String path) {
    StringBuilder text = new StringBuilder(path + ":" + container + ":");
    text.append(options.isReadOnly() ? "ro" : "rw");
    text.append(",attr_timeout=").append(seconds(options.attributeTimeout()));
    text.append(",entry_timeout=").append(seconds(options.entryTimeout()));
    return text.append(options.hasWritebackCache() ? ",writeback" : "").toString();
  }

  private static String seconds(Duration timeout) {
    return BigDecimal.valueOf(timeout.toMillis(), 3).toPlainString();
  }
}
