package org.allod.lab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints: the build's version, which Maven leaves in the jar, and Java's.
final class Version implements IVersionProvider {
    private static final String PROPERTIES = "/META-INF/maven/org.allod/allod-lab/pom.properties";

    Version() {}

    @Override
    public String[] getVersion() throws IOException {
        return new String[] {"allod " + own() + " on Java " + Runtime.version()};
    }

    private static String own() throws IOException {
        try (InputStream in = Version.class.getResourceAsStream(PROPERTIES)) {
            if (in == null) return "(not packaged)";
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        }
    }
}
