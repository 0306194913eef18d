package org.allod.lab.cli;

import java.util.Iterator;
import org.allod.lab.workload.Workload;
import org.allod.lab.workload.Workloads;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A workload's name on the command line.
final class WorkloadConverter implements ITypeConverter<String> {
    WorkloadConverter() {}

    @Override
    public String convert(String value) {
        try {
            return Workloads.named(value).name();
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException(unknown.getMessage());
        }
    }

    /// All of them, for the help.
    static final class Names implements Iterable<String> {
        Names() {}

        @Override
        public Iterator<String> iterator() {
            return Workloads.all().stream().map(Workload::name).iterator();
        }
    }
}
