package fcvm.provision.tar;

import fcvm.provision.ProvisionException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The records of a pax header, `LENGTH KEYWORD=VALUE\n` each (`pax(1)`, "pax Header Block"): what
/// they say replaces what the header after them says.
///
/// Text here is bytes, one per character (ISO 8859-1): names in a tar are bytes to Linux, and
/// values of extended attributes are to everybody.
public final class PaxRecords {
  public static final String PATH = "path";
  public static final String LINK_PATH = "linkpath";
  public static final String SIZE = "size";

  /// A file with holes, in a way of GNU's own: the content is something else than it seems.
  private static final String SPARSE = "GNU.sparse.";

  private static final int LONGEST_LENGTH = 10;

  private final Map<String, String> records = new LinkedHashMap<>();

  private PaxRecords() {}

  /// No records.
  public static PaxRecords none() {
    return new PaxRecords();
  }

  /// Takes a header's content; what it says replaces what was there. An empty value takes away.
  void read(byte[] content) throws ProvisionException {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    int at = 0;
    while (at < text.length() && text.charAt(at) != 0) {
      int blank = text.indexOf(' ', at);
      String digits = blank < 0 ? "" : text.substring(at, blank);
      if (!digits.matches("[0-9]{1," + LONGEST_LENGTH + "}")) {
        throw new ProvisionException("a pax record has no length");
      }
      long end = at + Long.parseLong(digits);
      int equals = text.indexOf('=', blank);
      if (equals < 0
          || end > text.length()
          || end <= equals
          || text.charAt((int) end - 1) != '\n') {
        throw new ProvisionException("a pax record is not as long as it says");
      }
      put(text.substring(blank + 1, equals), text.substring(equals + 1, (int) end - 1));
      at = (int) end;
    }
  }

  private void put(String keyword, String value) throws ProvisionException {
    if (keyword.startsWith(SPARSE)) {
      throw new ProvisionException("a sparse file, which is not supported");
    }
    if (value.isEmpty()) {
      records.remove(keyword);
    } else {
      records.put(keyword, value);
    }
  }

  public @Nullable String get(String keyword) {
    return records.get(keyword);
  }

  /// Bytes of content. Whoever reads the header after us must see the same number, so it is digits
  /// only.
  ///
  /// @param otherwise if nothing is said of it
  long size(long otherwise) throws ProvisionException {
    String value = records.get(SIZE);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[0-9]{1,18}")) {
      throw new ProvisionException("a file of size that is no number");
    }
    return Long.parseLong(value);
  }

  /// The whole part of a number: times have a fraction.
  ///
  /// @param otherwise if nothing is said of it
  long number(String keyword, long otherwise) throws ProvisionException {
    String value = records.get(keyword);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("-?\\d{1,18}(\\.\\d*)?")) {
      throw new ProvisionException("a file of " + keyword + " that is no number");
    }
    return Long.parseLong(value.replaceFirst("\\..*", ""));
  }

  PaxRecords copy() {
    PaxRecords copy = new PaxRecords();
    copy.records.putAll(records);
    return copy;
  }

  /// Sets a record, or takes it away with an empty value.
  public PaxRecords with(String keyword, String value) {
    PaxRecords copy = copy();
    if (value.isEmpty()) {
      copy.records.remove(keyword);
    } else {
      copy.records.put(keyword, value);
    }
    return copy;
  }

  /// Takes records away.
  public PaxRecords without(Predicate<String> keyword) {
    PaxRecords copy = copy();
    copy.records.keySet().removeIf(keyword);
    return copy;
  }

  /// A header's content.
  public byte[] encoded() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    records.forEach((keyword, value) -> {
      int rest = keyword.length() + value.length() + 3;
      int length = rest + Integer.toString(rest).length();
      // The length counts its own digits, of which it may need one more for that.
      length = rest + Integer.toString(length).length();
      out.writeBytes(
          (length + " " + keyword + "=" + value + "\n").getBytes(StandardCharsets.ISO_8859_1));
    });
    return out.toByteArray();
  }
}
