package fcvm.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Arguments and environment as the bytes that they are, one byte per character (ISO 8859-1).
///
/// The JVM decodes both by the locale, which loses what is not text in it; the kernel keeps the
/// original in `/proc/self/cmdline` and `/proc/self/environ` (`proc_pid_cmdline(5)`).
public final class Raw {
  // More than execve(2) takes in all (6 MiB: three quarters of the largest stack).
  private static final int LIMIT = 8 << 20;

  private Raw() {}

  /// The raw form of the arguments of `main`.
  ///
  /// @param decoded what the JVM made of them, which says how many there are
  public static List<String> arguments(String[] decoded) {
    try {
      List<String> all = entries(Path.of("/proc/self/cmdline"));
      if (all.size() > decoded.length) {
        return all.subList(all.size() - decoded.length, all.size());
      }
    } catch (IOException e) {
      // Without /proc the JVM's decoding is the best there is.
      return encoded(decoded);
    }
    return encoded(decoded);
  }

  /// The raw value of a variable of this process's environment.
  public static Optional<String> environment(String name) {
    try {
      String prefix = name + "=";
      return entries(Path.of("/proc/self/environ")).stream()
          .filter(entry -> entry.startsWith(prefix))
          .map(entry -> entry.substring(prefix.length()))
          .findFirst();
    } catch (IOException e) {
      return Optional.ofNullable(System.getenv(text(name))).map(Raw::of);
    }
  }

  /// All of this process's environment, `NAME=value` each, as it was when the process began.
  public static List<String> environment() throws IOException {
    return entries(Path.of("/proc/self/environ"));
  }

  /// Text, raw.
  public static String of(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /// Raw, as text: for people, for names of files.
  public static String text(String raw) {
    return new String(bytes(raw), StandardCharsets.UTF_8);
  }

  /// Raw, as bytes.
  public static byte[] bytes(String raw) {
    return raw.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Raw, as bytes, each.
  public static List<byte[]> bytes(List<String> raw) {
    return raw.stream().map(Raw::bytes).toList();
  }

  /// Each with a NUL behind it, as the kernel keeps them.
  static byte[] entryBytes(List<String> raw) {
    return bytes(raw.stream().map(entry -> entry + '\0').collect(Collectors.joining()));
  }

  private static List<String> encoded(String[] decoded) {
    return List.of(decoded).stream().map(Raw::of).toList();
  }

  private static List<String> entries(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return entries(in);
    }
  }

  /// What [#entryBytes] wrote.
  static List<String> entries(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(LIMIT);
    List<String> entries = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == 0) {
        entries.add(new String(bytes, start, at - start, StandardCharsets.ISO_8859_1));
        start = at + 1;
      }
    }
    return entries;
  }
}
