package fcvm.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Environment variables as bytes; of entries with the same name the last counts.
final class Environment {
  // By name, decoded as Latin-1, which keeps every byte.
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  /// Adds `NAME=value`, in place of an entry with that name.
  Environment put(byte[] entry) {
    int end = 0;
    while (end < entry.length && entry[end] != '=') {
      end++;
    }
    entries.put(new String(entry, 0, end, StandardCharsets.ISO_8859_1), entry);
    return this;
  }

  Environment put(String entry) {
    return put(entry.getBytes(StandardCharsets.UTF_8));
  }

  Environment putAll(Iterable<byte[]> more) {
    for (byte[] entry : more) {
      put(entry);
    }
    return this;
  }

  List<byte[]> entries() {
    return new ArrayList<>(entries.values());
  }
}
