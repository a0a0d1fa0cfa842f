package fcvm.provision;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The package sources of this computer's own apt: `sources.list(5)`, one-line and deb822 style.
///
/// Debian's archive among them is recognised by what only it has: a path that ends in `debian`, the
/// component `main` and one of Debian's suites. Everything else is somebody else's archive.
final class AptSources {
  private static final Set<String> SUITES =
      Set.of(
          "buster",
          "bullseye",
          "bookworm",
          "trixie",
          "forky",
          "duke",
          "sid",
          "stable",
          "testing",
          "unstable",
          "oldstable",
          "oldoldstable");

  /// One archive in use: a URI with the suites and components taken from it.
  record Entry(String uri, List<String> suites, List<String> components) {
    boolean isArchive() {
      return hasDirectory("debian") && components.contains("main") && hasSuite();
    }

    boolean isSecurity() {
      return (hasDirectory("debian-security") || hasDirectory("security"))
          && components.contains("main")
          && hasSuite();
    }

    private boolean hasDirectory(String name) {
      String path = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
      return path.endsWith("/" + name);
    }

    private boolean hasSuite() {
      return suites.stream()
          .map(suite -> suite.replaceFirst("[-/].*", ""))
          .anyMatch(SUITES::contains);
    }
  }

  private final List<Entry> entries;

  private AptSources(List<Entry> entries) {
    this.entries = entries;
  }

  /// Reads `sources.list`, `sources.list.d/*.list` and `sources.list.d/*.sources`.
  ///
  /// @param etc usually `/etc/apt`
  static AptSources read(Path etc) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Path list = etc.resolve("sources.list");
    if (Files.isReadable(list)) {
      entries.addAll(oneLine(Files.readString(list)));
    }
    Path parts = etc.resolve("sources.list.d");
    if (Files.isDirectory(parts)) {
      for (Path part : sorted(parts)) {
        String name = part.toString();
        if (name.endsWith(".sources")) {
          entries.addAll(deb822(Files.readString(part)));
        } else if (name.endsWith(".list")) {
          entries.addAll(oneLine(Files.readString(part)));
        }
      }
    }
    return new AptSources(entries);
  }

  private static List<Path> sorted(Path dir) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(dir)) {
      for (Path file : all) {
        if (Files.isReadable(file)) {
          files.add(file);
        }
      }
    }
    files.sort(null);
    return files;
  }

  /// The mirror to use: the environment's, else the one of this computer's apt.
  ///
  /// @throws ProvisionException if there is none; the message says how to name one
  static DebianMirror mirror(Map<String, String> environment, Path etc) throws IOException {
    String named = environment.getOrDefault(DebianMirror.VARIABLE, "");
    if (!named.isBlank()) {
      return new DebianMirror(named.strip(), Optional.empty());
    }
    return read(etc)
        .mirror()
        .orElseThrow(() ->
            new ProvisionException(
                "no Debian archive in apt's sources under "
                    + etc
                    + ": set "
                    + DebianMirror.VARIABLE
                    + " to the URI of a Debian mirror (the directory that has dists/trixie)"));
  }

  /// Debian's archive among the sources.
  Optional<DebianMirror> mirror() {
    Optional<String> security =
        entries.stream().filter(Entry::isSecurity).map(Entry::uri).findFirst();
    return entries.stream()
        .filter(Entry::isArchive)
        .findFirst()
        .map(entry -> new DebianMirror(entry.uri(), security));
  }

  List<Entry> entries() {
    return entries;
  }

  /// `deb [ option=value ... ] uri suite [component ...]`.
  static List<Entry> oneLine(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String content = line.replaceFirst("#.*", "").strip();
      List<String> words = words(content.replaceFirst("^deb\\s+\\[[^\\]]*\\]", "deb "));
      if (words.size() >= 3 && words.getFirst().equals("deb")) {
        entries.add(new Entry(words.get(1), List.of(words.get(2)), words.subList(3, words.size())));
      }
    }
    return entries;
  }

  /// Stanzas of fields; a field goes on in lines that begin with a blank.
  static List<Entry> deb822(String text) {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> stanza = new HashMap<>();
    String field = "";
    for (String line : (text + "\n\n").split("\n", -1)) {
      if (line.startsWith("#")) {
        continue;
      }
      if (line.isBlank()) {
        entries.addAll(entries(stanza));
        stanza.clear();
        field = "";
      } else if (Character.isWhitespace(line.charAt(0))) {
        stanza.merge(field, " " + line.strip(), String::concat);
      } else {
        int colon = line.indexOf(':');
        field = line.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        stanza.put(field, line.substring(colon + 1).strip());
      }
    }
    return entries;
  }

  private static List<Entry> entries(Map<String, String> stanza) {
    boolean isOff = stanza.getOrDefault("enabled", "yes").equalsIgnoreCase("no");
    if (isOff || !words(stanza.getOrDefault("types", "")).contains("deb")) {
      return List.of();
    }
    List<String> suites = words(stanza.getOrDefault("suites", ""));
    List<String> components = words(stanza.getOrDefault("components", ""));
    return new LinkedHashSet<>(words(stanza.getOrDefault("uris", "")))
        .stream().map(uri -> new Entry(uri, suites, components)).toList();
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }
}
