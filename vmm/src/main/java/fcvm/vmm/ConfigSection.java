package fcvm.vmm;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One object of the configuration file, read key by key. [#end] complains about keys that nobody
/// asked for. A key with the value null counts as absent.
final class ConfigSection {
  private final String name;
  private final Map<?, ?> values;
  private final Set<String> known = new LinkedHashSet<>();

  private ConfigSection(String name, Map<?, ?> values) {
    this.name = name;
    this.values = values;
  }

  /// The object `value`, which must be one.
  static ConfigSection of(String name, @Nullable Object value) throws ConfigException {
    if (value instanceof Map<?, ?> values) {
      return new ConfigSection(name, values);
    }
    throw new ConfigException(name + ": expected an object, not " + describe(value));
  }

  private @Nullable Object value(String key) {
    known.add(key);
    return values.get(key);
  }

  boolean has(String key) {
    return value(key) != null;
  }

  boolean isString(String key) {
    return value(key) instanceof String;
  }

  String string(String key) throws ConfigException {
    String value = optionalString(key);
    if (value == null) {
      throw missing(key);
    }
    return value;
  }

  @Nullable String optionalString(String key) throws ConfigException {
    return switch (value(key)) {
      case null -> null;
      case String s -> {
        // A path or argument that C will read ends at its first zero.
        if (s.indexOf('\0') >= 0) {
          throw invalid(key, "must not contain a zero character");
        }
        yield s;
      }
      case Object other -> throw invalid(key, "expected a string, not " + describe(other));
    };
  }

  boolean bool(String key) throws ConfigException {
    if (!has(key)) {
      throw missing(key);
    }
    return bool(key, false);
  }

  boolean bool(String key, boolean absent) throws ConfigException {
    return switch (value(key)) {
      case null -> absent;
      case Boolean b -> b;
      case Object other -> throw invalid(key, "expected true or false, not " + describe(other));
    };
  }

  /// A whole number from `min` to `max`.
  long number(String key, long min, long max) throws ConfigException {
    return switch (value(key)) {
      case null -> throw missing(key);
      case Integer i when i >= min && i <= max -> i;
      case Long l when l >= min && l <= max -> l;
      case Object other ->
          throw invalid(
              key, "expected a number from " + min + " to " + max + ", not " + describe(other));
    };
  }

  /// The section under `key`, or null.
  @Nullable ConfigSection section(String key) throws ConfigException {
    return has(key) ? of(nested(key), value(key)) : null;
  }

  /// The sections in the array under `key`; none if it is absent.
  List<ConfigSection> sections(String key) throws ConfigException {
    List<ConfigSection> sections = new ArrayList<>();
    if (has(key)) {
      if (!(value(key) instanceof List<?> list)) {
        throw invalid(key, "expected an array, not " + describe(value(key)));
      }
      for (Object element : list) {
        sections.add(of(nested(key) + "[" + sections.size() + "]", element));
      }
    }
    return sections;
  }

  /// Accepts a key of Firecracker's whose other values fcvm does not have yet.
  void only(String key, Object... accepted) throws ConfigException {
    Object value = value(key);
    if (value != null && !List.of(accepted).contains(value)) {
      String instead = accepted.length == 0 ? "" : ": only " + List.of(accepted) + " is";
      throw invalid(key, "is not supported yet" + instead);
    }
  }

  /// Refuses a key whose feature fcvm does not have yet, unless there is nothing in it.
  void unsupported(String key) throws ConfigException {
    if (has(key) && !(value(key) instanceof List<?> list && list.isEmpty())) {
      throw invalid(key, "is not supported yet: remove it");
    }
  }

  /// All keys are read: any other is an error.
  void end() throws ConfigException {
    for (Object key : values.keySet()) {
      if (!known.contains(String.valueOf(key))) {
        throw new ConfigException(
            name + ": unknown key '" + key + "', expected one of " + String.join(", ", known));
      }
    }
  }

  ConfigException invalid(String key, String complaint) {
    return new ConfigException(name + ": " + key + ": " + complaint);
  }

  private ConfigException missing(String key) {
    return new ConfigException(name + ": missing key '" + key + "'");
  }

  private String nested(String key) {
    return name.equals(VmConfigFile.TOP_LEVEL) ? key : name + "." + key;
  }

  private static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> _ -> "an object";
      case List<?> _ -> "an array";
      case String s -> "the string \"" + s + "\"";
      case Object other -> other.toString();
    };
  }
}
