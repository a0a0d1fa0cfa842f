package fcvm.container.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How the host looks names up, `resolv.conf(5)`, as far as a guest can do the same.
///
/// @param nameservers addresses, in order
/// @param searches domains that short names are looked up in
record ResolvConf(List<String> nameservers, List<String> searches) {
  private static final Path FILE = Path.of("/etc/resolv.conf");
  private static final String NAME = "[0-9A-Za-z._-]+";

  /// This computer's; empty if it has none.
  static ResolvConf ofHost() {
    try {
      return parse(Files.readAllLines(FILE, java.nio.charset.StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return new ResolvConf(List.of(), List.of());
    }
  }

  /// Name servers that are not on the host itself, where a guest would look for them in vain.
  List<String> reachable() {
    return nameservers.stream()
        .filter(server -> !server.startsWith("127.") && !server.equals("::1"))
        .toList();
  }

  static ResolvConf parse(List<String> lines) {
    List<String> nameservers = new ArrayList<>();
    List<String> searches = List.of();
    for (String line : lines) {
      String[] words = line.strip().split("\\s+", -1);
      if (words.length > 1 && words[0].equals("nameserver")) {
        nameservers.add(words[1]);
      } else if (words[0].equals("search") || words[0].equals("domain")) {
        // The last one counts.
        searches = List.of(words).stream().skip(1).filter(word -> word.matches(NAME)).toList();
      }
    }
    return new ResolvConf(List.copyOf(nameservers), searches);
  }
}
