/// A parsed Containerfile to the steps for one platform: arguments, environment, FROM, which stages
/// are needed. Pure: equal input gives an equal plan, and no file is touched but through
/// [BaseImages]. Start with [Planner].
package org.anyarch.build.plan;
